// A mail server by others, which says what it took, a line of JSON each; it ends with its input.
import { SMTPServer } from "smtp-server";

const server = new SMTPServer({
  authOptional: true,
  disabledCommands: ["STARTTLS", "AUTH"],
  onRcptTo(address, _session, done) {
    const refusal = Object.assign(new Error("5.1.1 No such user"), { responseCode: 550 });
    done(address.address.startsWith("nobody") ? refusal : undefined);
  },
  onData(stream, session, done) {
    const parts = [];
    stream.on("data", (part) => parts.push(part));
    stream.on("end", () => {
      const to = session.envelope.rcptTo.map((one) => one.address);
      const raw = Buffer.concat(parts).toString("base64");
      console.log(JSON.stringify({ from: session.envelope.mailFrom.address, to, raw }));
      done();
    });
  },
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.server.address().port })));
process.stdin.on("end", () => process.exit(0)).resume();
