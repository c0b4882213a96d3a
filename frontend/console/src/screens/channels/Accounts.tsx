import { useTexts } from "../../i18n";
import { Refusal } from "../../shared/Refusal";
import { AccountCard } from "./AccountCard";
import { type Account, type Kind, useOrder } from "./queries";

/** The accounts in the order in which they are tried. */
export function Accounts({ accounts, kinds }: { accounts: readonly Account[]; kinds: readonly Kind[] }) {
  const { t } = useTexts("channels");
  const order = useOrder();
  const move = (from: number, to: number) => {
    const next = [...accounts];
    next.splice(to, 0, ...next.splice(from, 1));
    order.mutate(next);
  };
  return (
    <>
      <Refusal error={order.error} />
      <ol className="channels-list" aria-label={t("list")}>
        {accounts.map((account, place) => (
          <AccountCard
            key={account.id}
            account={account}
            kind={kinds.find(({ kind }) => kind === account.kind)}
            onUp={place > 0 ? () => move(place, place - 1) : undefined}
            onDown={place < accounts.length - 1 ? () => move(place, place + 1) : undefined}
          />
        ))}
      </ol>
    </>
  );
}
