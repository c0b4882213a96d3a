import { Input } from "antd";
import { useTexts } from "../../i18n";
import type { Kept, Kind, Setting, Values } from "./queries";
import { useSettingWords } from "./words";

interface Props {
  kind: Kind;
  values: Values;
  /** What is set already; nothing is asked for then but what changes. */
  kept?: readonly Kept[];
  /** What is wrong with a setting, by its name. */
  faults: Readonly<Record<string, string>>;
  onChange: (name: string, value: string) => void;
}

/** The settings that a channel declares, each with what belongs in it. */
export function Fields({ kind, values, kept, faults, onChange }: Props) {
  return kind.settings.map((setting) => (
    <Field
      key={setting.name}
      kind={kind.kind}
      setting={setting}
      value={values[setting.name] ?? ""}
      kept={kept?.find(({ name }) => name === setting.name)}
      fault={faults[`settings.${setting.name}`]}
      onChange={(value) => onChange(setting.name, value)}
    />
  ));
}

interface FieldProps {
  kind: string;
  setting: Setting;
  value: string;
  kept: Kept | undefined;
  fault: string | undefined;
  onChange: (value: string) => void;
}

function Field({ kind, setting, value, kept, fault, onChange }: FieldProps) {
  const { t } = useTexts("channels");
  const { label, help } = useSettingWords()(kind, setting.name);
  const id = `channels-${kind}-${setting.name}${kept ? "-kept" : ""}`;
  const isNeeded = setting.is_required && !setting.is_made && !kept;
  const hints = [help, setting.is_made && !kept && t("made"), kept?.is_set && setting.signs && t("signs")];
  const common = {
    id,
    value,
    required: isNeeded,
    maxLength: setting.longest,
    "aria-invalid": fault !== undefined,
    "aria-describedby": `${id}-help`,
    placeholder: placeholderOf(setting, kept, t),
    onChange: ({ target }: { target: { value: string } }) => onChange(target.value),
  };
  return (
    <div className="channels-field">
      <label htmlFor={id}>
        {label} {isNeeded && <span className="note">{t("needed")}</span>}
      </label>
      {setting.input === "choice" && (
        <select {...common} className="field">
          <option value="">{common.placeholder}</option>
          {setting.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      )}
      {setting.input === "multiline" && <Input.TextArea {...common} rows={4} />}
      {setting.input !== "choice" && setting.input !== "multiline" && (
        <Input
          {...common}
          type={setting.is_secret ? "password" : "text"}
          inputMode={setting.input === "number" ? "numeric" : undefined}
          autoComplete={setting.is_secret ? "new-password" : "off"}
        />
      )}
      <p className="note" id={`${id}-help`}>
        {fault ? (
          <span className="alarm" role="alert">
            {fault}
          </span>
        ) : (
          hints.filter(Boolean).join(" ")
        )}
      </p>
    </div>
  );
}

type Say = ReturnType<typeof useTexts<"channels">>["t"];

/** What stands in an empty field: that something is set, and how it ends where it is no secret. */
function placeholderOf(setting: Setting, kept: Kept | undefined, t: Say): string {
  if (kept?.is_set) return kept.tail ? t("keptTail", { tail: kept.tail }) : t("kept");
  return setting.default;
}
