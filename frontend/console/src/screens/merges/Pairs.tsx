import { Button } from "antd";
import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { Empty, Failure, Loading } from "../../shared/States";
import { type Head, type Suggestion, useDismiss, useSuggestions } from "./queries";

interface Parts {
  picked: Suggestion | undefined;
  onPick: (pair: Suggestion) => void;
}

/** The pairs that wait, each with what shows whether they are one person. */
export function Pairs({ picked, onPick }: Parts) {
  const { t } = useTexts("merges");
  const { rows, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useSuggestions();
  if (error) return <Failure error={error} onRetry={() => void refetch()} />;
  if (!rows) return <Loading />;
  if (rows.length === 0) return <Empty title={t("pairs.empty")} />;
  return (
    <>
      <ul className="merges-pairs">
        {rows.map((pair) => (
          <Pair key={pair.id} pair={pair} isPicked={pair.id === picked?.id} onPick={() => onPick(pair)} />
        ))}
      </ul>
      {hasNextPage && (
        <Button className="more" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t("more")}
        </Button>
      )}
    </>
  );
}

function Pair({ pair, isPicked, onPick }: { pair: Suggestion; isPicked: boolean; onPick: () => void }) {
  const { t, i18n } = useTexts("merges");
  const dismiss = useDismiss();
  const names = { first: pair.first_file.name, second: pair.second_file.name };
  const reason = i18n.exists(`reasons.${pair.reason}`, { ns: "merges" })
    ? t(`reasons.${pair.reason as "SAME_PHONE"}`)
    : pair.reason;
  return (
    <li className="sheet" aria-current={isPicked}>
      <p className="note">{reason}</p>
      <div className="merges-two">
        <Face file={pair.first_file} />
        <Face file={pair.second_file} />
      </div>
      <p className="row">
        {pair.allowed.includes("merge") && (
          <Button onClick={onPick} aria-label={t("pairs.compareNamed", names)}>
            {t("pairs.compare")}
          </Button>
        )}
        {pair.allowed.includes("dismiss") && (
          <Button
            type="text"
            loading={dismiss.isPending}
            onClick={() => dismiss.mutate(pair.id)}
            aria-label={t("pairs.dismissNamed", names)}
          >
            {t("pairs.dismiss")}
          </Button>
        )}
      </p>
    </li>
  );
}

function Face({ file }: { file: Head }) {
  return (
    <div>
      <Link to={`/customers/${file.id}`}>{file.name || file.id}</Link>
      {[...file.phones, ...file.plates, file.address].filter(Boolean).map((line) => (
        <div key={line} className="note">
          {line}
        </div>
      ))}
    </div>
  );
}
