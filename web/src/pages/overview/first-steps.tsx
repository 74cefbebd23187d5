import { Panel } from '../../ui/panel.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { FlameIcon } from '../../ui/icons.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { LoadSampleButton } from '../../ui/sample-note.tsx';

/** A server that has nothing yet: what it is for, and the way in. */
export function FirstSteps() {
  return (
    <Panel>
      <EmptyState
        icon={<FlameIcon />}
        title="Nothing is warm yet"
        action={
          <>
            <LoadSampleButton />
            <LinkButton variant="default" to="/documents">
              Add your own documents
            </LinkButton>
          </>
        }
      >
        Preheat answers questions before they are asked. Give it the documents that hold the answers, then the
        questions that people will have; whoever asks later gets the answer at once.
      </EmptyState>
    </Panel>
  );
}
