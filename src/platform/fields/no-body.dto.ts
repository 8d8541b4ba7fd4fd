/** For routes that need no body: an empty one is as good as none, and a field in it is refused like every unknown field. */
export class NoBodyDto {}
