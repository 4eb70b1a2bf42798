/** Members by what `key` says of them, in the order they come; as Map.groupBy, which Node 20 lacks. */
export function groupBy<T, K>(members: readonly T[], key: (member: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const member of members) {
    const group = groups.get(key(member));
    if (group) group.push(member);
    else groups.set(key(member), [member]);
  }
  return groups;
}
