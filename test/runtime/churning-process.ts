/** Makes and drops statements for the seconds named, under pressure on the garbage collector; run by churn.all.test.ts. */
import Database from 'better-sqlite3';

const until = performance.now() + Number(process.argv[2]) * 1_000;
const database = new Database(':memory:');
database.exec('CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT) STRICT');
let statements = 0;
while (performance.now() < until) {
  for (let round = 0; round < 200; round++) {
    database.prepare('INSERT INTO t (b) VALUES (?)').run(`row ${statements}`);
    database.prepare('SELECT count(*) FROM t').pluck().get();
    database.pragma('user_version');
    statements += 3;
  }
  database.exec('DELETE FROM t');
  // Statements are freed while JavaScript waits, as they are in a daemon: that is where the older pair aborted.
  await new Promise(resolve => setImmediate(resolve));
}
database.close();
console.log(statements);
