/**
 * Something in a plan file that this version of Portolan does not understand for certain. Nothing
 * may be concluded from such a file; another way must be taken. The message quotes no value.
 */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}
