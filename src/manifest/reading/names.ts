/** What a component may be called, for expressions and file names. */
export const COMPONENT_NAME = /^[a-z][a-z0-9_-]*$/

/** What an environment or a project may be called. */
export const PLAIN_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/
