import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useNavigate } from "react-router";
import { endSession } from "../api/allauth";
import { leaveEverywhere } from "../api/session";
import { useTexts } from "../i18n";

/** Ends this session and forgets all that was fetched in it. */
export function SignOut() {
  const { t } = useTexts("app");
  const navigate = useNavigate();
  const client = useQueryClient();
  const leave = useMutation({
    mutationFn: endSession,
    onSuccess: () => {
      leaveEverywhere();
      void navigate("/sign-in");
      client.clear();
    },
  });
  return (
    <Button type="text" loading={leave.isPending} onClick={() => leave.mutate()}>
      {t("signOut")}
    </Button>
  );
}
