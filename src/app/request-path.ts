/** The path and query of the page that is being rendered, set by the proxy over anything that a client sends. */
export const PATH_HEADER = 'x-tollgate-path'
