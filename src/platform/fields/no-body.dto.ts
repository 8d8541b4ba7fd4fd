/** Body of routes that need none: absent or an empty object. Fields in it are refused as unknown. */
export class NoBodyDto {}
