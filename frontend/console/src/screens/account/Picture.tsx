import { QRCode } from "antd";

/** A text as squares that a phone reads: dark on white in either look, or some phones do not see it. */
export default function Picture({ text }: { text: string }) {
  return <QRCode type="svg" value={text} size={176} color="#000000" bgColor="#ffffff" bordered={false} />;
}
