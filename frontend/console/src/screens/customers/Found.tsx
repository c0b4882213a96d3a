import { Button } from "antd";
import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { Empty, Failure, Loading } from "../../shared/States";
import { type Hit, type Kind, useFound, useMore } from "./queries";

const KINDS: readonly Kind[] = ["PLATE", "PHONE", "NAME", "VIN", "ORDER"];

/** What a text has found, by what it was found: plate, phone, name, VIN, order. */
export function Found({ text }: { text: string }) {
  const { t } = useTexts("customers");
  const { data, error, refetch } = useFound(text);
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading />;
  const kinds = KINDS.filter((kind) => (data[kind]?.hits.length ?? 0) > 0);
  if (kinds.length === 0) return <Empty title={t("found.nothing")} />;
  return kinds.map((kind) => (
    <OfKind key={`${kind} ${text}`} text={text} kind={kind} hits={data[kind]?.hits ?? []} after={data[kind]?.after} />
  ));
}

interface Parts {
  text: string;
  kind: Kind;
  hits: Hit[];
  after: number | null | undefined;
}

function OfKind({ text, kind, hits, after }: Parts) {
  const { t } = useTexts("customers");
  const more = useMore(text, kind, after ?? undefined);
  const rest = more.data?.pages.flatMap((page) => page[kind]?.hits ?? []) ?? [];
  const hasMore = more.data ? more.hasNextPage : after !== null && after !== undefined;
  const show = () => void (more.data ? more.fetchNextPage() : more.refetch());
  return (
    <section className="customers-kind" aria-label={t(`found.${kind}`)}>
      <h2>{t(`found.${kind}`)}</h2>
      <ul className="sheet">
        {[...hits, ...rest].map((hit) => (
          <li key={`${hit.vehicle_id} ${hit.customer_id}`}>
            <Way hit={hit} />
          </li>
        ))}
      </ul>
      {hasMore && (
        <Button className="more" loading={more.isFetching} onClick={show}>
          {t("more")}
        </Button>
      )}
    </section>
  );
}

function Way({ hit }: { hit: Hit }) {
  const car = [hit.plate, hit.model, hit.plate ? "" : hit.vin].filter(Boolean).join(" ");
  return (
    <div className="row">
      {hit.vehicle_id !== null && <Link to={`/vehicles/${hit.vehicle_id}`}>{car || hit.vehicle_id}</Link>}
      {hit.customer_id !== null && (
        <Link to={`/customers/${hit.customer_id}`}>{hit.customer_name || hit.customer_id}</Link>
      )}
    </div>
  );
}
