import { Button } from "antd";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import { type MessageFile, useOpening } from "./queries";

const KILOBYTE = 1024;
type Why = Exclude<MessageFile["why"], "">;

/** The files of one message: those that are kept, to be opened, and of how many others why not. */
export function Files({ files }: { files: readonly MessageFile[] }) {
  const { t } = useTexts("inbox");
  if (files.length === 0) return null;
  const taken = files.filter(({ state }) => state !== "REFUSED");
  return (
    <div className="inbox-files">
      {taken.length > 0 && (
        <ul aria-label={t("files.label")}>
          {taken.map((file) => (
            <li key={file.id}>
              <Taken file={file} />
            </li>
          ))}
        </ul>
      )}
      {counted(files).map(([why, count]) => (
        <p key={why} className="note">
          {t(`files.refused.${why}`, { count })}
        </p>
      ))}
    </div>
  );
}

function Taken({ file }: { file: MessageFile }) {
  const { t } = useTexts("inbox");
  const format = useFormat();
  const opening = useOpening();
  const { document, name } = file;
  if (file.state === "WAITING") return <span className="note">{t("files.waiting", { name })}</span>;
  if (document === null) return <span className="note">{t("files.gone", { name })}</span>;
  const size = format.number(Math.ceil((file.size_bytes ?? 0) / KILOBYTE));
  if (!file.allowed.includes("open")) return <span>{name}</span>;
  return (
    <Button
      size="small"
      aria-label={t("files.open", { name })}
      loading={opening.isPending}
      onClick={() => opening.mutate(document)}
    >
      {name} · {size} KB
    </Button>
  );
}

function counted(files: readonly MessageFile[]): [Why, number][] {
  const counts = new Map<Why, number>();
  for (const { state, why } of files)
    if (state === "REFUSED" && why !== "") counts.set(why, (counts.get(why) ?? 0) + 1);
  return [...counts];
}
