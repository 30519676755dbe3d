export const clientScript = ''
