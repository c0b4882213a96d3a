import { Popover } from "antd";
import { useState } from "react";
import { useTexts } from "../../i18n";
import { Failure, Loading } from "../../shared/States";
import type { Subject } from "../file/queries";
import { useWord } from "../file/words";
import { Proof } from "./Proof";
import { type Cell, type CustomerFile, type Matrix, useMatrix } from "./queries";
import { Walls } from "./Walls";

/** What may be sent to a person: purposes by channels, about all cars or one; each cell opens its proof. */
export function Consents({ file, subject }: { file: CustomerFile; subject: Subject }) {
  const { t } = useTexts("customer");
  const { data, error, refetch } = useMatrix(subject.id);
  const plates = new Map(file.ownerships.map(({ vehicle }) => [vehicle.id, vehicle.plate || vehicle.vin]));
  const caption = (vehicle: number | null) =>
    vehicle === null ? t("consents.allCars") : t("consents.oneCar", { plate: plates.get(vehicle) ?? `#${vehicle}` });
  return (
    <section className="sheet scrolls" aria-labelledby="consents">
      <h2 id="consents">{t("consents.title")}</h2>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && !data && <Loading />}
      {data &&
        carsOf(data).map((vehicle) => (
          <Table key={vehicle} caption={caption(vehicle)} matrix={data} vehicle={vehicle} subject={subject} />
        ))}
      {data && <Walls walls={data.suppressions} subject={subject} />}
    </section>
  );
}

const carsOf = ({ cells }: Matrix) => [...new Set(cells.map(({ vehicle_id }) => vehicle_id))];

interface TableProps {
  caption: string;
  matrix: Matrix;
  vehicle: number | null;
  subject: Subject;
}

function Table({ caption, matrix, vehicle, subject }: TableProps) {
  const words = useTexts("file").t;
  const word = useWord();
  const cell = (purpose: string, channel: string) =>
    matrix.cells.find((one) => one.vehicle_id === vehicle && one.purpose === purpose && one.channel === channel);
  return (
    <table className="matrix">
      <caption className="note">{caption}</caption>
      <thead>
        <tr>
          <td />
          {matrix.channels.map((channel) => (
            <th key={channel} scope="col">
              {word("channels", channel)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {matrix.purposes.map((purpose) => (
          <tr key={purpose}>
            <th scope="row">{words(`purposes.${purpose as "SURVEY"}`)}</th>
            {matrix.channels.map((channel) => {
              const found = cell(purpose, channel);
              return <td key={channel}>{found && <CellButton cell={found} matrix={matrix} subject={subject} />}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function CellButton({ cell, matrix, subject }: { cell: Cell; matrix: Matrix; subject: Subject }) {
  const { t } = useTexts("customer");
  const words = useTexts("file").t;
  const word = useWord();
  const [isOpen, setOpen] = useState(false);
  const state = words(cell.is_allowed ? "values.yes" : "values.no");
  const name = t("consents.cell", {
    purpose: words(`purposes.${cell.purpose as "SURVEY"}`),
    channel: word("channels", cell.channel),
    state,
  });
  return (
    <Popover
      trigger="click"
      open={isOpen}
      onOpenChange={setOpen}
      title={name}
      destroyOnHidden
      // Within the page's main part, where whoever goes from part to part finds it.
      getPopupContainer={(cell) => cell.closest<HTMLElement>(".file") ?? document.body}
      content={<Proof cell={cell} matrix={matrix} subject={subject} onEnd={() => setOpen(false)} />}
    >
      <button type="button" className="cell" data-allowed={cell.is_allowed || undefined} aria-label={name}>
        {state}
      </button>
    </Popover>
  );
}
