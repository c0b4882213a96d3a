import { Button } from "antd";
import { lazy, Suspense, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { useKeys } from "../../app/keys";
import { useMay } from "../../app/me";
import { useTexts } from "../../i18n";
import { useNow } from "../../shared/now";
import { Empty, Failure, Loading } from "../../shared/States";
import { useFound, useTab } from "./queries";
import { RowLink } from "./RowLink";
import { Tabs } from "./Tabs";
import { TABS, usePlace } from "./tabs";
import { useSettled } from "./useSettled";

const CannedManager = lazy(() => import("./CannedManager"));

/** One part of the inbox, or what was found in all of it; j and k go through it. */
export function List() {
  const { t } = useTexts("inbox");
  const { tab } = usePlace();
  const now = useNow();
  const may = useMay();
  const [isManaging, setManaging] = useState(false);
  const [words, setWords] = useState("");
  const sought = useSettled(words.trim());
  const search = useRef<HTMLInputElement>(null);
  const listed = useTab(tab, sought === "");
  const found = useFound(sought);
  const { error, refetch } = sought ? found : listed;
  const rows = sought ? found.data : listed.rows;
  const box = useRef<HTMLUListElement>(null);
  useListKeys(box, search);
  return (
    <>
      <input
        ref={search}
        type="search"
        className="inbox-search"
        aria-label={t("search.label")}
        placeholder={t("search.label")}
        value={words}
        onChange={({ target }) => setWords(target.value)}
      />
      <Tabs />
      <nav aria-label={t("conversations")} className="inbox-rows" aria-busy={!rows && !error}>
        {error && <Failure error={error} onRetry={() => void refetch()} />}
        {!rows && !error && <Loading />}
        {rows?.length === 0 && <Empty title={sought ? t("search.none") : t(`empty.${tab}`)} />}
        <ul ref={box} onKeyDown={arrows}>
          {rows?.map((row) => (
            <RowLink key={row.id} row={row} now={now} />
          ))}
        </ul>
        {!sought && listed.hasNextPage && (
          <Button block loading={listed.isFetchingNextPage} onClick={() => void listed.fetchNextPage()}>
            {t("more")}
          </Button>
        )}
      </nav>
      {may("canned_answers.write") && <Button onClick={() => setManaging(true)}>{t("canned.manage")}</Button>}
      <Suspense>{isManaging && <CannedManager onClose={() => setManaging(false)} />}</Suspense>
    </>
  );
}

function useListKeys(box: React.RefObject<HTMLUListElement | null>, search: React.RefObject<HTMLInputElement | null>) {
  const { t } = useTexts("inbox");
  const { tab, toTab } = usePlace();
  const navigate = useNavigate();
  const turn = (by: number) => {
    const at = (TABS.indexOf(tab) + by + TABS.length) % TABS.length;
    void navigate(toTab(TABS[at] ?? tab));
  };
  useKeys(t("keys.title"), [
    { key: "j", text: t("keys.next"), run: () => step(box.current, 1) },
    { key: "k", text: t("keys.previous"), run: () => step(box.current, -1) },
    { key: "]", text: t("keys.nextTab"), run: () => turn(1) },
    { key: "[", text: t("keys.previousTab"), run: () => turn(-1) },
    { key: "f", text: t("keys.search"), run: () => search.current?.focus() },
  ]);
}

function arrows(event: React.KeyboardEvent<HTMLUListElement>) {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  event.preventDefault();
  step(event.currentTarget, by);
}

/** Move the focus from the row that has it, else from the one that is open, by so many. */
function step(box: HTMLUListElement | null, by: number) {
  const rows = [...(box?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
  const focused = rows.findIndex((row) => row === document.activeElement);
  const from = focused >= 0 ? focused : rows.findIndex((row) => row.getAttribute("aria-current") === "true");
  const to = from < 0 ? 0 : Math.min(Math.max(from + by, 0), rows.length - 1);
  rows[to]?.focus();
}
