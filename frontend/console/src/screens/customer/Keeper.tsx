import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useId } from "react";
import { answer, api } from "../../api/client";
import { useTexts } from "../../i18n";
import { Refusal } from "../../shared/Refusal";

/** Who keeps the file, and, for those who may, another. */
export function Keeper({ customerId }: { customerId: number }) {
  const { t } = useTexts("customer");
  const name = useId();
  const { kept, give } = useKeeper(customerId);
  if (!kept) return null;
  const { keeper, choices, allowed } = kept;
  const known = choices.find(({ id }) => id === keeper);
  const nobody = t(keeper === null ? "keeper.nobody" : "keeper.gone");
  return (
    <section className="sheet" aria-labelledby={name}>
      <h2 id={name}>{t("keeper.title")}</h2>
      {allowed.includes("keep") ? (
        <select
          className="field"
          aria-labelledby={name}
          value={known?.id ?? ""}
          disabled={give.isPending}
          onChange={({ target }) => give.mutate(target.value === "" ? null : Number(target.value))}
        >
          <option value="">{nobody}</option>
          {choices.map((one) => (
            <option key={one.id} value={one.id}>
              {one.name}
            </option>
          ))}
        </select>
      ) : (
        <p>{known?.name ?? nobody}</p>
      )}
      <p className="note">{t("keeper.note")}</p>
      <Refusal error={give.error} />
    </section>
  );
}

function useKeeper(customerId: number) {
  const client = useQueryClient();
  const queryKey = ["customers", customerId, "keeper"];
  const at = { params: { path: { id: String(customerId) } } };
  const { data: kept } = useQuery({
    queryKey,
    queryFn: ({ signal }) => answer(api.GET("/api/v1/customers/{id}/keeper/", { ...at, signal })),
  });
  const give = useMutation({
    mutationFn: (keeper: number | null) =>
      answer(api.POST("/api/v1/customers/{id}/keep/", { ...at, body: { keeper } })),
    onSettled: () => client.invalidateQueries({ queryKey }),
    meta: { isQuiet: true },
  });
  return { kept, give };
}
