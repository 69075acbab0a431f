/** Records that are appended, where the sealed store, which is replaced whole, would be written too often. */
export interface Journal {
  /** What was appended and not replaced, oldest first. */
  read(): readonly Uint8Array[]
  /**
   * Resolves when the record is on disk; what is appended meanwhile goes there in one write.
   * @throws the disk's error: then the record may be read again, or not
   */
  append(record: Uint8Array): Promise<void>
  /** Puts one record in the place of all, those that are on their way too; returns when it is on disk. */
  replace(record: Uint8Array): void
  /** Of the file, once all is written. */
  readonly bytes: number
}

/** For a TEE without a sealing key, whose identity ends with the process as well. */
export const volatileJournal: Journal = { read: () => [], append: async () => {}, replace: () => {}, bytes: 0 }
