import { useNavigate } from "react-router";
import { useMay } from "../../app/me";
import { useTexts } from "../../i18n";
import { DropZone } from "./DropZone";
import { History } from "./History";
import { useUpload } from "./queries";

/** Files of repair orders on their way in: drop one, or look at those that came before. */
export default function Page() {
  const { t } = useTexts("imports");
  const may = useMay();
  const navigate = useNavigate();
  const upload = useUpload();
  return (
    <>
      <h1>{t("title")}</h1>
      {may("repair_orders.import") && (
        <DropZone
          isBusy={upload.isPending}
          error={upload.error}
          onFile={(file) => upload.mutate(file, { onSuccess: ({ id }) => void navigate(`/imports/${id}`) })}
        />
      )}
      <History />
    </>
  );
}
