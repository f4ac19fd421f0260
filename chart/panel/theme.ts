export interface Theme {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  readonly threshold: string;
  readonly bands: Readonly<Record<'firing' | 'pending' | 'neutral', string>>;
}

export const THEMES: Readonly<Record<'light' | 'dark', Theme>> = {
  light: {
    background: '#ffffff',
    text: '#1c2430',
    muted: '#6b7685',
    grid: '#e6e9ee',
    threshold: '#c92a2a',
    bands: { firing: '#e03131', pending: '#e8a913', neutral: '#7f8794' },
  },
  dark: {
    background: '#171b21',
    text: '#e6e9ee',
    muted: '#98a2b0',
    grid: '#2c333d',
    threshold: '#ff8787',
    bands: { firing: '#ff6b6b', pending: '#e8a913', neutral: '#98a2b0' },
  },
};
