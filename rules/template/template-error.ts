/** What went wrong in a template, and where: `template: name:3: message`, as Go words it. */
export class TemplateError extends Error {
  readonly templateName: string;
  /** Line in the template's text, from 1. */
  readonly line: number;

  constructor(templateName: string, line: number, detail: string) {
    super(`template: ${templateName}:${line}: ${detail}`);
    this.name = 'TemplateError';
    this.templateName = templateName;
    this.line = line;
  }
}
