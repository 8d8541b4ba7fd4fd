export default function Account(_props: { user: unknown; onMenu: () => void }) {
  return null;
}
