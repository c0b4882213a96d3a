import { Button, Modal } from "antd";
import { useState } from "react";
import { useMe } from "../../app/me";
import { useTexts } from "../../i18n";
import { LANGUAGES } from "../../i18n/languages";
import { sentenceOf } from "../../shared/problems";
import { Failure, Loading } from "../../shared/States";
import { type Canned, type NewCanned, useCanned, useKeepCanned } from "./queries";

type Language = NewCanned["language"];
type Draft = NewCanned & { id?: number };

/** The centre's ready answers by language, kept by its heads. */
export default function CannedManager({ onClose }: { onClose: () => void }) {
  const { t } = useTexts("inbox");
  const [language, setLanguage] = useState(useMe().language as Language);
  const [draft, setDraft] = useState<Draft | null>(null);
  const { data, error, refetch } = useCanned(language);
  return (
    <Modal open onCancel={onClose} footer={null} title={t("canned.manage")} width={720}>
      <label className="picker">
        <span>{t("canned.language")} </span>
        <select value={language} onChange={({ target }) => setLanguage(target.value as Language)}>
          {Object.entries(LANGUAGES).map(([code, name]) => (
            <option key={code} value={code}>
              {typeof name === "string" ? name : code}
            </option>
          ))}
        </select>
      </label>{" "}
      <Button onClick={() => setDraft({ language, shortcut: "", text: "" })}>{t("canned.new")}</Button>
      {draft && <Edit key={draft.id ?? "new"} draft={draft} onDone={() => setDraft(null)} />}
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Loading />}
      <ul>
        {data?.results.map((answer) => (
          <Kept key={answer.id} answer={answer} onChange={() => setDraft({ ...answer, language })} />
        ))}
      </ul>
    </Modal>
  );
}

function Kept({ answer, onChange }: { answer: Canned; onChange: () => void }) {
  const { t } = useTexts("inbox");
  const { remove } = useKeepCanned();
  const name = `/${answer.shortcut}`;
  return (
    <li className="inbox-flow">
      <p>
        <kbd>{name}</kbd> {answer.text}
      </p>
      <p className="row">
        <Button size="small" onClick={onChange} aria-label={`${t("canned.change")} ${name}`}>
          {t("canned.change")}
        </Button>
        <Button
          size="small"
          danger
          onClick={() => remove.mutate(answer.id)}
          loading={remove.isPending}
          aria-label={`${t("canned.remove")} ${name}`}
        >
          {t("canned.remove")}
        </Button>
      </p>
    </li>
  );
}

function Edit({ draft, onDone }: { draft: Draft; onDone: () => void }) {
  const { t } = useTexts("inbox");
  const { t: shared } = useTexts("shared");
  const [shortcut, setShortcut] = useState(draft.shortcut);
  const [text, setText] = useState(draft.text);
  const { keep } = useKeepCanned();
  return (
    <form
      className="inbox-composer"
      onSubmit={(event) => {
        event.preventDefault();
        keep.mutate({ id: draft.id, language: draft.language, shortcut, text }, { onSuccess: onDone });
      }}
    >
      <label>
        {t("canned.shortcut")}{" "}
        <input value={shortcut} maxLength={30} required onChange={(e) => setShortcut(e.target.value)} />
      </label>
      <label>
        {t("canned.text")}
        <textarea rows={4} value={text} required onChange={(e) => setText(e.target.value)} />
      </label>
      <p className="note">{t("canned.placeholders")}</p>
      {keep.error && (
        <p className="inbox-trouble" role="alert">
          {sentenceOf(keep.error, shared)}
        </p>
      )}
      <p className="row">
        <Button type="primary" htmlType="submit" loading={keep.isPending}>
          {t("canned.save")}
        </Button>
        <Button onClick={onDone}>{t("canned.cancel")}</Button>
      </p>
    </form>
  );
}
