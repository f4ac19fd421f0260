/** Lines refused before the rest of a body is given up: errors cost more than lines, and nobody reads more. */
export const REFUSED_LINES_MAX = 1000;

/** Characters of the input an error message quotes. */
export const QUOTED_CHARACTERS_MAX = 40;
