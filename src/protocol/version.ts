/** The version of this program, as package.json has it too; a test holds the two together. */
export const VERSION = '0.1.0';
