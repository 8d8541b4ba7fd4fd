import { v7 as uuidv7 } from 'uuid';

/** A new UUIDv7 (RFC 9562 §5.7), made in the application: PostgreSQL 15 has no function for it. */
export const newId = (): string => uuidv7();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Has this text the form of an id? */
export const isId = (text: string): boolean => UUID.test(text);
