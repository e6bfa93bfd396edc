/** How long a caller may take to read a stored picture: each holds a connection to the store meanwhile. */
export const longestDownloadMilliseconds = 300_000;
