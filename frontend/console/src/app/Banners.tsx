import { Button } from "antd";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useLocation } from "react-router";
import { onSessionEnded, sessionIsBack } from "../api/session";
import { useTexts } from "../i18n";
import { meQuery } from "./me";
import { useIsOnline } from "./online";

/** What is wrong with the whole page: no network, or a session that ended. What was typed stays where it is. */
export function Banners() {
  const { t } = useTexts("app");
  const isOnline = useIsOnline();
  const [hasEnded, setEnded] = useState(false);
  useEffect(() => onSessionEnded(() => setEnded(true)), []);
  return (
    <div className="banners" aria-live="assertive">
      {!isOnline && <p className="banner">{t("offline")}</p>}
      {hasEnded && <Ended onBack={() => setEnded(false)} />}
    </div>
  );
}

function Ended({ onBack }: { onBack: () => void }) {
  const { t } = useTexts("app");
  const client = useQueryClient();
  const { pathname, search } = useLocation();
  const look = async () => {
    await client.fetchQuery({ ...meQuery, staleTime: 0 });
    onBack();
    sessionIsBack();
    await client.invalidateQueries();
  };
  return (
    <section className="banner" data-kind="alarm">
      <p>{t("ended.title")}</p>
      <p className="row">
        <a href={`/sign-in?next=${encodeURIComponent(pathname + search)}`}>{t("ended.here")}</a>
        <a href="/sign-in?next=/account" target="_blank" rel="noopener">
          {t("ended.elsewhere")}
        </a>
        <Button onClick={() => void look().catch(() => undefined)}>{t("ended.look")}</Button>
      </p>
    </section>
  );
}
