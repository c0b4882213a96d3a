import { Button } from "antd";
import { useId } from "react";
import { useTexts } from "../../i18n";
import { ColumnChoice } from "../../shared/list/ColumnChoice";
import { Export } from "../../shared/list/Export";
import { Heads } from "../../shared/list/Heads";
import { useColumns } from "../../shared/list/useColumns";
import { known, useWords } from "../../shared/list/words";
import { Empty, Failure, Loading } from "../../shared/States";
import { type Column, COLUMNS, inFile, ORDERS } from "./columns";
import { PersonRow } from "./PersonRow";
import { fileOf, type Filters, usePeople, usePosts } from "./queries";
import { usePostName } from "./words";

const STATES = ["active", "inactive", "all"] as const;
const WORDS = ["name", "-name", "post", "-post", "last_sign_in", "-last_sign_in"] as const;

/** Everybody who signs in here, by post and by whether they may. */
export function People() {
  const { t } = useTexts("people");
  const title = useId();
  const [filters, choose] = useFilters();
  const columns = useColumns("people", COLUMNS);
  const names = { name: t("list.name"), post: t("post"), last_sign_in: t("list.lastSignIn"), state: t("list.state") };
  const nameOf = (column: Column) => names[column];
  const { rows, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = usePeople(filters.asked);
  return (
    <section className="sheet" aria-labelledby={title}>
      <h2 id={title}>{t("list.title")}</h2>
      <div className="list-tools">
        <PostFilter value={filters.post} onChange={(post) => choose("post", post)} />
        <label className="picker">
          <span>{t("filter.state")}</span>
          <select value={filters.state} onChange={({ target }) => choose("state", target.value)}>
            {STATES.map((state) => (
              <option key={state} value={state}>
                {t(`filter.states.${state}`)}
              </option>
            ))}
          </select>
        </label>
        <ColumnChoice columns={columns} nameOf={nameOf} />
        <Export name="people" columns={inFile(columns.shown)} ask={fileOf(filters.asked)} />
      </div>
      {isPending && <Loading />}
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {rows?.length === 0 && <Empty title={t("list.empty")} />}
      {rows && rows.length > 0 && (
        <table className="people-table">
          <thead>
            <tr>
              <Heads
                columns={columns.shown}
                nameOf={nameOf}
                orders={ORDERS}
                order={filters.order}
                onOrder={(order) => choose("order", order)}
              />
              <th scope="col">{t("list.steps")}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((person) => (
              <PersonRow key={person.id} person={person} columns={columns.shown} />
            ))}
          </tbody>
        </table>
      )}
      {hasNextPage && (
        <Button className="people-more" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("list.more")}
        </Button>
      )}
    </section>
  );
}

function PostFilter({ value, onChange }: { value: string; onChange: (post: string) => void }) {
  const { t } = useTexts("people");
  const nameOf = usePostName();
  const { data: posts } = usePosts();
  return (
    <label className="picker">
      <span>{t("post")}</span>
      <select value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">{t("filter.anyPost")}</option>
        {posts?.map(({ role }) => (
          <option key={role} value={role}>
            {nameOf(role)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Filters stand in the address: a reload and a colleague see the same. */
function useFilters() {
  const [words, choose] = useWords(["post", "state", "order"] as const);
  const state = known(STATES, words.state) ?? "active";
  const asked: Filters = {
    ...(words.post ? { role: words.post as Filters["role"] } : {}),
    ...(state === "all" ? {} : { is_active: state === "active" }),
    order: known(WORDS, words.order),
  };
  return [{ ...words, state, asked }, choose] as const;
}
