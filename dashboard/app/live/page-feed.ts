import { createLiveFeed } from './live-feed.ts';

/** The one stream of this tab. */
export const liveFeed = createLiveFeed();
