import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const flags = ['-std=gnu11', '-O2', '-Wall', '-Wextra', '-Werror', '-s'];

/**
 * Compiles the helper of gpio driver cdev; tests have another `source`, and say where its chips are.
 * @throws Error of a compiler that is not there, or with what it said
 */
export function compileGpioLines(
  compiler: string,
  program: string,
  { source, chips }: { readonly source: string; readonly chips?: string },
): void {
  mkdirSync(dirname(program), { recursive: true });
  const defined = chips === undefined ? [] : [`-DCHIPS_FOLDER="${chips}"`];
  execFileSync(compiler, [...flags, ...defined, '-o', program, source], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** For this machine; says in a line what is not there without it. */
export function buildGpioLines(root: string, app: string): void {
  try {
    const program = join(app, 'native', process.arch, 'gpio-lines');
    compileGpioLines(process.env.CC ?? 'cc', program, { source: join(root, 'hardware/gpio-lines.c') });
  } catch (error) {
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    console.log(
      `build: gpio-lines was not compiled (${why}), so gpio driver cdev will refuse to start and auto takes onoff; install gcc and libc6-dev, then build again`,
    );
  }
}
