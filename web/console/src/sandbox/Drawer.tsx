export default function Drawer() {
  return null;
}
