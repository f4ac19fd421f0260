import type { Target } from '../target/target.ts';
import { type BodyQueues, readQueue } from './body-queues.ts';
import { Connection } from './connection.ts';

/** Sends all queues beside each other, each on a connection of its own; throws when one breaks or is refused. */
export async function sendQueues(target: Target, { paths }: BodyQueues): Promise<void> {
  await Promise.all(
    paths.map(async (path) => {
      const connection = new Connection(target);
      try {
        for (const { body } of readQueue(path))
          if (!(await connection.send(body))) throw new Error(`${target.name} closed a connection`);
      } finally {
        connection.close();
      }
    }),
  );
}
