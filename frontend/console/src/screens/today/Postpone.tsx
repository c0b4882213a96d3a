import { Button } from "antd";
import { type FormEvent, useState } from "react";
import { useMe } from "../../app/me";
import { useTexts } from "../../i18n";
import { momentAt, wallAt } from "../../shared/wall";

interface Props {
  /** The moment that is proposed: the dealer is open then. */
  proposal: string;
  onDone: (againAt: string, isPromise: boolean) => void;
  onClose: () => void;
}

/** Asks when to try again, on the dealer's clocks. */
export function Postpone({ proposal, onDone, onClose }: Props) {
  const { t } = useTexts("today");
  const { timezone } = useMe();
  const zone = timezone || "UTC";
  const [wall, setWall] = useState(() => wallAt(new Date(proposal), zone));
  const [isPromise, setPromise] = useState(true);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wall) onDone(momentAt(wall, zone).toISOString(), isPromise);
  };
  return (
    <form
      className="postpone row"
      onSubmit={submit}
      aria-label={t("postpone.title")}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <label>
        {t("postpone.when")}{" "}
        <input
          type="datetime-local"
          autoFocus
          required
          value={wall}
          min={wallAt(new Date(), zone)}
          onChange={({ target }) => setWall(target.value)}
        />
      </label>
      <label>
        <input type="checkbox" checked={isPromise} onChange={({ target }) => setPromise(target.checked)} />{" "}
        {t("postpone.promise")}
      </label>
      <Button type="primary" htmlType="submit">
        {t("postpone.done")}
      </Button>
      <Button onClick={onClose}>{t("postpone.cancel")}</Button>
    </form>
  );
}
