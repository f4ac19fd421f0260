import type { SQLInputValue } from 'node:sqlite';
import { type Database, openDatabase } from '../store/database.ts';

/** A database whose process "is killed" at a chosen write: from then on nothing reaches the disk. */
export interface CrashingDatabase {
  open(file: string): Database;
  readonly dead: boolean;
}

/**
 * Dies at the `deathAt`-th write (commits and single statements count). `afterWrite` says whether that write is
 * still on the disk: the two moments on either side of it.
 */
export function createCrashingDatabase(deathAt: number, afterWrite: boolean): CrashingDatabase {
  let writes = 0;
  let dead = false;
  let inTransaction = false;
  let real: Database | null = null;

  const guard = <T>(isWrite: boolean, action: () => T): T => {
    if (dead) throw new Error('the process is dead');
    if (!isWrite || ++writes < deathAt) return action();
    if (afterWrite) action();
    dead = true;
    // As the system does with a killed process's files: what is not committed is gone, the locks are free.
    real?.close();
    throw new Error('killed');
  };

  return {
    get dead() {
      return dead;
    },
    open(file) {
      const database = openDatabase(file);
      real = database;
      return {
        get isTransaction() {
          return !dead && database.isTransaction;
        },
        exec(sql) {
          const commits = sql === 'COMMIT';
          if (sql.startsWith('BEGIN')) inTransaction = true;
          if (commits || sql === 'ROLLBACK') inTransaction = false;
          guard(commits, () => database.exec(sql));
        },
        prepare(sql) {
          const statement = database.prepare(sql);
          const changes = /^\s*(INSERT|UPDATE|DELETE)/i.test(sql);
          const run = statement.run.bind(statement);
          statement.run = (first: SQLInputValue | Record<string, SQLInputValue>, ...rest: SQLInputValue[]) =>
            guard(changes && !inTransaction, () =>
              Reflect.apply(run, statement, first === undefined ? [] : [first, ...rest]),
            );
          return statement;
        },
        close: () => (dead ? undefined : database.close()),
      };
    },
  };
}
