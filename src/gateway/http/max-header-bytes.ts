/** The request line, with the options of a GET, and all headers together. */
export const maxHeaderBytes = 32 * 1024;
