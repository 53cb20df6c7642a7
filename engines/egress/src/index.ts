export { createEgress, type Egress, type EgressResponse } from './egress.ts';
export { type EgressErrorCode, egressErrors, isBeforeEffect } from './errors.ts';
export type { ResponseHeaders } from './exchange.ts';
export { type IpAddress, parseIp } from './ip-address.ts';
export type { EgressLimits, EgressOptions } from './options.ts';
export type { EgressRequest } from './request.ts';
export type { Resolver } from './resolver.ts';
export { specialRangeOf } from './special-ranges.ts';
