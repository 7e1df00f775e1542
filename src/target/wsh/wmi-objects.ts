/** WMI's scripting objects, as far as they are used. SWbemLocator is asked, for it works where GetObject does not. */
import { createObject, elementsOf } from './host.js';

export interface WmiServices {
  ExecQuery(wql: string): unknown;
  /** one object by its path; throws when there is none */
  Get(path: string): WmiObject;
}

export interface WmiProperty {
  readonly Name: unknown;
  Value: unknown;
}

export interface WmiProperties {
  Item(name: string): WmiProperty;
}

export interface WmiObject {
  readonly Properties_: WmiProperties;
  readonly Methods_: { Item(name: string): { readonly InParameters: unknown } };
  SpawnInstance_(): WmiObject;
  ExecMethod_(name: string, parameters?: WmiObject): WmiObject;
}

/** @throws Error when the namespace does not exist or may not be used */
export function connect(namespace: string): WmiServices {
  const locator = createObject<{ ConnectServer(server: string, namespace: string): WmiServices }>(
    'WbemScripting.SWbemLocator',
  );
  return locator.ConnectServer('.', namespace);
}

/** @throws Error when the class does not exist or the query is not WQL */
export function rowsOf(services: WmiServices, wql: string): WmiObject[] {
  return elementsOf(services.ExecQuery(wql)) as WmiObject[];
}
