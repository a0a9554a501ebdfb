/** The command line is not what the usage says; the message is one sentence. Ends a command with exit code 2. */
export class UsageError extends Error {}

/** Something outside cannot be reached; the message is one sentence. Ends a command with exit code 3. */
export class EnvironmentError extends Error {}
