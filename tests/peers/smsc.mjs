// An SMS centre by others, which says what it took, a line of JSON each, and brings its receipt; it ends with its input.
import smpp from "smpp";

let count = 0;
const server = smpp.createServer((session) => {
  session.on("error", () => {});
  session.on("bind_transceiver", (pdu) => {
    const isKnown = pdu.system_id === "service" && pdu.password === "a pass";
    session.send(pdu.response({ command_status: isKnown ? smpp.ESME_ROK : smpp.ESME_RINVPASWD, system_id: "PEER" }));
  });
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => session.send(pdu.response(), () => session.close()));
  session.on("submit_sm", (pdu) => {
    const named = `peer-${++count}`;
    const text = pdu.short_message;
    console.log(
      JSON.stringify({
        named,
        to: pdu.destination_addr,
        text: text.message,
        parts: text.udh ? text.udh.map((one) => [...one]) : [],
        receipt: pdu.registered_delivery,
      }),
    );
    session.send(pdu.response({ message_id: named }));
    if (!pdu.registered_delivery) return;
    const told = `id:${named} sub:001 dlvrd:001 submit date:2603021000 done date:2603021001 stat:DELIVRD err:000 text:`;
    session.deliver_sm(
      {
        source_addr: pdu.destination_addr,
        destination_addr: pdu.source_addr,
        esm_class: 4,
        short_message: told,
        receipted_message_id: named,
        message_state: 2,
      },
      (answer) => console.log(JSON.stringify({ answered: answer.command_status })),
    );
  });
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.on("end", () => process.exit(0)).resume();
