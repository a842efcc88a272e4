/** The manifest as far as tests look at it. */
export interface Manifest {
  readonly icon: string;
  readonly keywords: readonly string[];
  readonly repository: { readonly url: string };
  readonly galleryBanner: { readonly color: string };
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: Capability & { readonly restrictedConfigurations: readonly string[] };
    readonly virtualWorkspaces: Capability;
  };
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly category?: string; readonly title: string }[];
    readonly keybindings?: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command?: string; readonly submenu?: string }[]>>;
    readonly submenus?: readonly { readonly id: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, Setting>> };
    readonly views: Readonly<Record<string, readonly View[]>>;
    readonly viewsWelcome: readonly { readonly view: string }[];
    readonly walkthroughs: readonly { readonly steps: readonly Step[] }[];
  };
}

interface Capability {
  readonly supported: string;
  readonly description: string;
}

interface Setting {
  readonly scope?: string;
  readonly markdownDescription?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly markdownEnumDescriptions?: readonly string[];
}

interface View {
  readonly id: string;
  readonly name: string;
  readonly accessibilityHelpContent?: string;
}

interface Step {
  readonly id: string;
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}
