import { useTexts } from "../../i18n";
import { Failure, Loading } from "../../shared/States";
import { usePosts } from "./queries";
import { useDuties, usePostName } from "./words";

/** What each post may do, as the server's table says. */
export function Duties() {
  const { t } = useTexts("people");
  const nameOf = usePostName();
  const dutiesOf = useDuties();
  const posts = usePosts();
  return (
    <details className="sheet people-duties">
      <summary>{t("duties.title")}</summary>
      {posts.isPending && <Loading />}
      {posts.error && <Failure error={posts.error} onRetry={() => void posts.refetch()} />}
      {posts.data?.map(({ role, actions }) => (
        <section key={role}>
          <h2>{nameOf(role)}</h2>
          <dl>
            {dutiesOf(actions).map(({ subject, verbs }) => (
              <div key={subject}>
                <dt>{subject}</dt>
                <dd>{verbs}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </details>
  );
}
