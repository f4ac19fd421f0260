/** The unit of times in /proc: USER_HZ, 100 on every architecture Node runs on. */
export const CLOCK_TICKS_PER_SECOND = 100;
