import type { Renderer } from './renderer.ts';

/** Subject and text for a person, in the history of notifications; the message itself says it in the provider's form. */
export function defaultDescription(renderer: Renderer): { readonly subject: string; readonly text: string } {
  const run = (template: string) => renderer.text(template, template);
  return {
    subject: run('{{ template "__subject" . }}'),
    text: run('{{ template "email.default.text" . }}'),
  };
}
