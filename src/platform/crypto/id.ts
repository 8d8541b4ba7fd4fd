import { v7 as uuidv7 } from 'uuid';

/** A new UUIDv7 (RFC 9562 §5.7), generated in the application, because PostgreSQL 15 has no function for it. */
export const newId = (): string => uuidv7();

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** True for a text in the form of an id. */
export const isId = (text: string): boolean => UUID.test(text);
