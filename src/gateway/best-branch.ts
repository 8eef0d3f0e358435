/** 6xx before all; else the lowest class, and within 4xx those that a caller can do something about (16.7 step 6). */
export function bestOf<Branch extends { readonly status: number }>(branches: readonly Branch[]): Branch {
  const helpful = [401, 407, 415, 420, 484]
  const rank = ({ status }: Branch): number => {
    if (status >= 600) return 0
    const within = helpful.includes(status) ? 0 : status === 408 || status === 430 ? 2 : 1
    return Math.floor(status / 100) * 10 + within
  }
  return branches.reduce((best, branch) => (rank(branch) < rank(best) ? branch : best))
}
