/**
 * What a GGUF header may ask of us. A header is untrusted: each limit bounds the work or the memory that a hostile file
 * could cause, and each is several times what the largest published models need. Arrays may not be nested at all.
 */

/** Bytes read from the file at a time while its header is parsed. */
export const HEADER_WINDOW_BYTES = 1 << 20;

/** All of the header: metadata and tensor table. The largest vocabularies (262,144 tokens) need about 16 MiB. */
export const MAX_HEADER_BYTES = 64 << 20;

/** Key-value pairs. Real files have some dozens. */
export const MAX_METADATA_PAIRS = 65_536;

/** The format's own limit on a key. */
export const MAX_KEY_BYTES = 65_535;

/** One string value. Chat templates have kilobytes, an embedded tokenizer definition some megabytes. */
export const MAX_STRING_BYTES = 32 << 20;

/** Elements of one array value. */
export const MAX_ARRAY_LENGTH = 1 << 22;

/** Tensors. The largest published mixtures of experts have a few thousand. */
export const MAX_TENSORS = 65_536;

/** The format's own limit on a tensor name. */
export const MAX_TENSOR_NAME_BYTES = 64;

/** Axes of a tensor, as in ggml. */
export const MAX_DIMENSIONS = 4;

/** `general.alignment`. Files in the wild use 32. */
export const MAX_ALIGNMENT = 1 << 20;

/** Bytes of a tensor that are in memory at once, beside the result, while it is dequantised. */
export const TENSOR_CHUNK_BYTES = 4 << 20;
