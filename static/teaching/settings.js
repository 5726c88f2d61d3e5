/* A link or an error leads to a setting: open the group in which it is folded. */
const reveal = () => {
  const target = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  const group = target && target.closest("details");
  if (!group) return;
  group.open = true;
  target.scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
};

addEventListener("hashchange", reveal);
reveal();

/* A group whose setting was changed says so until it is saved. */
for (const group of document.querySelectorAll(".settings-group")) {
  group.addEventListener("input", () => group.classList.add("changed"), { once: true });
}
