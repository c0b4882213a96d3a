import type { ReactNode } from "react";
import { Link } from "react-router";
import { useTexts } from "../../i18n";
import { useFormat } from "../../shared/format";
import type { Column } from "./columns";
import type { Customer } from "./queries";

const CLASSES: Partial<Record<Column, string>> = { reach: "breaks", seen: "nowrap", created: "nowrap" };

/** One file, in the columns that are wanted. */
export function Row({ customer, columns }: { customer: Customer; columns: readonly Column[] }) {
  const { t } = useTexts("customers");
  const format = useFormat();
  const cells: Record<Exclude<Column, "name">, () => ReactNode> = {
    reach: () => <Reach customer={customer} />,
    cars: () => <Cars customer={customer} />,
    stage: () => t(`lifecycle.${customer.lifecycle}`),
    consenting: () => t(`consenting.${customer.consenting}`),
    seen: () => customer.last_visit_date && format.day(customer.last_visit_date),
    gaps: () => (customer.missing.length > 0 ? t("gaps.count", { count: customer.missing.length }) : t("gaps.none")),
    value: () => customer.value_group && t(`value.${customer.value_group}`),
    address: () => customer.address,
    updated: () => format.dateTime(customer.updated_at),
    created: () => format.date(customer.created_at),
  };
  return (
    <tr>
      {columns.map((column) =>
        column === "name" ? (
          <th key={column} scope="row">
            <Link to={`/customers/${customer.id}`}>{customer.name || t("nameless", { id: customer.id })}</Link>
          </th>
        ) : (
          <td key={column} className={CLASSES[column]}>
            {cells[column]()}
          </td>
        ),
      )}
    </tr>
  );
}

function Reach({ customer }: { customer: Customer }) {
  const points = customer.contact_points.filter(({ blocked_at }) => blocked_at === null);
  return points.map(({ id, kind, value }) => (
    <div key={id}>{kind === "PHONE" ? <a href={`tel:${value}`}>{value}</a> : value}</div>
  ));
}

function Cars({ customer }: { customer: Customer }) {
  const { t } = useTexts("customers");
  const others = customer.cars_total - customer.cars.length;
  return (
    <>
      {customer.cars.map(({ id, plate, car_model }) => (
        <div key={id}>
          <Link to={`/vehicles/${id}`}>{plate || car_model || id}</Link>{" "}
          {plate && <span className="note">{car_model}</span>}
        </div>
      ))}
      {others > 0 && <div className="note">{t("cars.more", { count: others })}</div>}
    </>
  );
}
