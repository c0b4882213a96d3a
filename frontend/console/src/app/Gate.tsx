import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Navigate, useLocation } from "react-router";
import { Problem } from "../api/problem";
import { Failure } from "../shared/States";
import { changeLanguage } from "../i18n";
import { isLanguage } from "../i18n/languages";
import { cookie } from "../api/cookies";
import { onLeftElsewhere } from "../api/session";
import { Layout } from "./Layout";
import { meQuery } from "./me";
import { Waiting } from "./Waiting";

const SIGNED_OUT = 401;

/** Lets people in who are signed in, and leads others to the form and back. */
export function Gate() {
  const { data: me, error, refetch } = useQuery(meQuery);
  const here = useLocation();
  useOwnLanguage(me?.language);
  // Loaded anew, so that nothing of what was shown or typed is left in memory either.
  useEffect(() => onLeftElsewhere(() => location.replace("/sign-in")), []);

  if (me) return <Layout />;
  if (error instanceof Problem && error.status === SIGNED_OUT) {
    return <Navigate to={`/sign-in?next=${encodeURIComponent(here.pathname + here.search)}`} replace />;
  }
  return error ? <Failure error={error} onRetry={() => void refetch()} /> : <Waiting />;
}

/** Go on in the person's language, unless another was chosen in this browser. */
function useOwnLanguage(language: string | undefined) {
  useEffect(() => {
    if (isLanguage(language) && !cookie("django_language")) void changeLanguage(language);
  }, [language]);
}
