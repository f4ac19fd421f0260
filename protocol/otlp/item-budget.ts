import { DecodeError } from '../protobuf/decode-error.ts';
import { REQUEST_ITEMS_MAX } from './limits.ts';

/** Counts what a request decodes to and stops it at `REQUEST_ITEMS_MAX`. */
export interface ItemBudget {
  spend(): void;
}

export function createItemBudget(what: string, itemsMax = REQUEST_ITEMS_MAX): ItemBudget {
  let items = 0;
  return {
    spend() {
      if (++items > itemsMax)
        throw new DecodeError(what, -1, `more than ${itemsMax} items in one request; send smaller batches`);
    },
  };
}
