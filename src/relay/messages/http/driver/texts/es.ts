import type { Words } from './words.ts';

export const es: Words = {
  title: 'Su llave',
  states: {
    waiting: {
      head: 'Su llave está reservada',
      text: 'La caja aún no tiene su código. Recibirá un mensaje en cuanto funcione.',
    },
    ready: { head: 'Su llave está lista', text: 'Le espera en la caja.' },
    early: {
      head: 'Su llave está lista, a partir de: {start}',
      text: 'Le espera en la caja. Antes de esa hora la caja puede decir que es demasiado pronto.',
    },
    'key-away': {
      head: 'Su llave aún no ha vuelto',
      text: 'Está reservada para usted, pero aún no ha vuelto a la caja.\nOtra persona la tiene hasta: {end}.\nSu código funciona en cuanto vuelva. Recibirá un mensaje.',
    },
    'key-late': {
      head: 'Su llave vuelve con retraso',
      text: 'Otra persona la tiene todavía.\nDebía estar de vuelta: {end}.\nSu código funciona en cuanto vuelva. Recibirá un mensaje.',
    },
    taken: { head: 'Usted tiene la llave', text: 'Devuélvala en {box} con el mismo código.' },
    due: {
      head: 'Devuelva pronto la llave',
      text: 'Debe estar de vuelta a las {end}. Teclee el mismo código: {box}.',
    },
    overdue: {
      head: 'Por favor, devuelva la llave',
      text: 'Ya debería estar de vuelta. {box} la acepta a cualquier hora, con el mismo código.',
    },
    returned: { head: 'La llave está de vuelta', text: 'Gracias, y hasta la próxima.' },
    ended: { head: 'Esta reserva ha terminado', text: 'La llave no se recogió.' },
  },
  lookAgain: 'Mirar otra vez',
  again: 'El código sirve tantas veces como necesite la llave, hasta que acabe su reserva.',
  facts: { vehicle: 'Vehículo', box: 'Caja', site: 'Lugar', slot: 'Puerta', window: 'Cuándo' },
  code: {
    show: 'Mostrar mi código',
    label: 'Su código',
    afterwards: 'luego #',
    not: 'El código no está disponible ahora. Mire de nuevo dentro de un minuto.',
  },
  steps: {
    head: 'Recoger la llave',
    take: [
      'Vaya a {box}.',
      'Teclee su código, luego #.',
      'La puerta {slot} se abre sola: tome la llave.',
      'Cierre la puerta.',
    ],
    bringHead: 'Devolverla',
    bring: [
      'Teclee el mismo código, luego #.',
      'Ponga la llave tras la puerta que se abre.',
      'Cierre la puerta. También con retraso.',
    ],
  },
  map: 'Abrir el mapa',
  call: '¿Algo no va bien? Llame al',
  phone: {
    head: 'Usar mi número de teléfono a partir de ahora',
    now: 'Su número {phone} abre sus llaves.',
    text: 'Así no necesita un código nuevo cada vez: en la caja teclea su número de teléfono y su PIN. Enviamos un número por SMS para comprobar que el teléfono es suyo.',
    number: 'Número de teléfono',
    send: 'Enviarme el número',
    sent: 'Hemos enviado seis cifras al {phone}. Valen 10 minutos.',
    check: 'Seis cifras del SMS',
    pin: 'PIN a su elección, de 4 a 8 cifras',
    pinNeeded: 'Lo teclea en la caja después de su número de teléfono.',
    pinMay: 'Déjelo vacío para no cambiar nada.',
    old: 'Ya tiene otro número o un PIN. Por eso necesitamos también su PIN actual, o las seis cifras que hemos enviado al número actual.',
    oldField: 'PIN actual, o seis cifras enviadas al número actual',
    confirm: 'Confirmar',
    done: 'Hecho: a partir de ahora, {phone} abre sus llaves.',
    noNumber: 'Eso no es un número de teléfono. Escríbalo con el prefijo del país, como +34 612 34 56 78.',
    tooOften: 'Acabamos de enviar uno. Espere un poco antes del siguiente.',
    wrong:
      'No son las cifras o no es el PIN. Mire otra vez. Si no tiene ninguno de los dos, pregunte a quien le dio el vehículo.',
    over: 'Estas cifras ya no valen. Pida otras.',
    badPin:
      'Un PIN tiene de 4 a 8 cifras, no es fácil de adivinar (ni 1212 ni 3456) y no forma parte de su número de teléfono.',
  },
  ask: {
    text: '¿Necesita la llave otra vez?',
    button: 'Pedir acceso de nuevo',
    done: 'Lo hemos pedido por usted. Recibirá un mensaje cuando haya respuesta.',
  },
  gone: {
    head: 'Este enlace ya no vale',
    text: 'Es de una reserva que ha terminado, se canceló o ahora es de otra persona. Mire su mensaje más reciente, o pregunte a quien le dio el vehículo.',
  },
  busy: {
    head: 'Un momento, por favor',
    text: 'Han sido muchas peticiones a la vez. Vuelva a mirar en un minuto. Su código está también en su mensaje.',
  },
};
