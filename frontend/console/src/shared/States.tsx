import { Button } from "antd";
import type { ReactNode } from "react";
import { Problem } from "../api/problem";
import { useTexts } from "../i18n";
import { sentenceOf } from "./problems";

const SIGNED_OUT = 401;

/** A list or a file that is on its way. */
export function Loading() {
  const { t } = useTexts("shared");
  return (
    <div className="loading" aria-busy="true" role="status">
      <span className="unseen">{t("loading")}</span>
      <i />
      <i />
      <i />
    </div>
  );
}

/** Nothing here yet: says what to do first. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="state">
      <p className="state-title">{title}</p>
      {children}
    </div>
  );
}

/** It did not work: says why, and offers to try again. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t } = useTexts("shared");
  // Said once for the whole page, by the banner.
  if (error instanceof Problem && error.status === SIGNED_OUT) return null;
  return (
    <div className="state" role="alert">
      <p className="state-title">{sentenceOf(error, t)}</p>
      {onRetry && <Button onClick={onRetry}>{t("retry")}</Button>}
    </div>
  );
}

/** A screen of another post. */
export function NoPermission() {
  const { t } = useTexts("shared");
  return (
    <section className="state">
      <h1>{t("noPermission.title")}</h1>
      <p>{t("noPermission.ask")}</p>
    </section>
  );
}
