import type { Stage } from './case.ts';
import { gather, keptReady, prepare, type Ready } from './ready.ts';

/** What cases share. @throws Fault `vm-missing` where no virtual box can be had */
export async function stageIn(work: string): Promise<Stage> {
  const parts = await gather(work);
  let ready: Promise<Ready> | null = null;
  const anew = async (starts: number) => {
    const making = prepare(parts, starts);
    ready = making.then(made => made.ready);
    // Whoever asks for a machine that could not be made hears of it then.
    ready.catch(() => {});
    return (await making).figures;
  };
  return {
    parts,
    work,
    figure: () => {},
    bar: () => {},
    isJudged: false,
    prepareAnew: anew,
    async ready() {
      const kept = ready === null ? keptReady(parts) : null;
      if (kept !== null) return kept;
      if (ready === null) await anew(1);
      return await (ready as unknown as Promise<Ready>);
    },
  };
}
